module Errors
  class Application < Rails::Application
    config.active_job.queue_adapter = :async
  end
end
