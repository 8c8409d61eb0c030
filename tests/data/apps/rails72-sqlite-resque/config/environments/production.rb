Rails.application.configure do
  config.active_job.queue_adapter = :resque
  config.active_storage.service = ENV.fetch("ACTIVE_STORAGE_SERVICE", "local").to_sym
  config.active_record.dump_schema_after_migration = false
end
