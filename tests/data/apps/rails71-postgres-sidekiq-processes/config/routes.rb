class AdminConstraint
  def matches?(request) = request.session[:admin]
end

Rails.application.routes.draw do
  namespace :internal do
    get "ping" => "ping#index"
  end
  resources :proxies do
    member do
      get "health"
    end
  end
  draw :meta
end
