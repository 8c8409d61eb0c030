Rails.application.configure do
  config.cache_store = :mem_cache_store, ENV["MEMCACHE_SERVERS"]
  config.active_storage.service = if ENV["S3_BUCKET"].present?
    :amazon
  else
    :local
  end
  config.active_record.dump_schema_after_migration = false
end
