ARG APP_ROOT=/srv/models
FROM ruby:3.3-slim-bookworm AS base
ARG APP_ROOT
WORKDIR $APP_ROOT
FROM base AS build
RUN bundle install
FROM base
COPY --from=build $APP_ROOT $APP_ROOT
USER www-data
CMD ["bin/rails", "server"]
