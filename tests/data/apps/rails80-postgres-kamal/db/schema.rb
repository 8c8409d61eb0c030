ActiveRecord::Schema[8.0].define(version: 0) do
end
