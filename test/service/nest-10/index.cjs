/** Nest 10, as its packages find each other from here. */
module.exports = {
  ...require('@nestjs/common'),
  ...require('@nestjs/core'),
  ...require('@nestjs/platform-express'),
  ...require('@nestjs/platform-fastify'),
};
