module Help
  class Application < Rails::Application
    config.cache_store = :memory_store
  end
end
