ActiveRecord::Schema.define(version: 2019_01_01_000000) do
  create_table "products", options: "ENGINE=InnoDB DEFAULT CHARSET=utf8", force: :cascade do |t|
    t.string "title"
  end
end
