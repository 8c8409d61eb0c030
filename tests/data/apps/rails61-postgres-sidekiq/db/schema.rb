ActiveRecord::Schema.define(version: 2021_06_01_000000) do
  create_table "active_storage_attachments", force: :cascade do |t|
  end
end
