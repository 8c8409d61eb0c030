ActiveRecord::Schema[8.0].define(version: 2025_01_01_000000) do
  create_table "active_storage_attachments", force: :cascade do |t|
  end
end
