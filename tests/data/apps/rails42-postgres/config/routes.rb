Help::Application.routes.draw do
  scope '(:locale)' do
    get :healthz, to: 'health#show' # for the load balancer
  end
end
