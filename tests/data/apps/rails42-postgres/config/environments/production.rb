Rails.application.configure do
  config.active_record.dump_schema_after_migration = false
end
