Rails.application.configure do
  config.active_storage.service = :local
  config.force_ssl = true
  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info")
  # config.active_job.queue_adapter = :resque
  config.active_record.dump_schema_after_migration = false
end
