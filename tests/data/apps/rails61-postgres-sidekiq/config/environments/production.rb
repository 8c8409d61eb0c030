Rails.application.configure do
  config.active_storage.service = :amazon
  config.active_job.queue_adapter = :sidekiq
  config.cache_store = :redis_cache_store, { url: ENV["CACHE_REDIS_URL"] }
  config.active_record.dump_schema_after_migration = false
end
