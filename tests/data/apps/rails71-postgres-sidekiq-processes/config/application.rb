module Models
  class Application < Rails::Application
    config.load_defaults 7.1
    config.active_job.queue_adapter = :sidekiq
    config.cache_store = :file_store, "tmp/cache"
  end
end
