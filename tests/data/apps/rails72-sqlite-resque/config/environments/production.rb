Rails.application.configure do
  config.active_job.queue_adapter = :resque
  config.active_storage.service = ENV.fetch("ACTIVE_STORAGE_SERVICE", "local").to_sym
end
