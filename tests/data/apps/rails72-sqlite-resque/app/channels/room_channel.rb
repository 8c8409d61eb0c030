class RoomChannel < ApplicationCable::Channel
end
