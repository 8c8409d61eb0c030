Rails.application.configure do
  # Store uploaded files on the local file system (see config/storage.yml for options)
  config.active_storage.service = :local

  # config.active_job.queue_adapter     = :resque
  config.active_job.queue_adapter = :sidekiq

  if ENV["RAILS_LOG_TO_STDOUT"].present?
    logger           = ActiveSupport::Logger.new(STDOUT)
  end
  config.active_record.dump_schema_after_migration = false
end
