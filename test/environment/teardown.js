'use strict';

module.exports = async () => {
  await Promise.all((globalThis.__TIDELOCK_TEST_SERVICES__ ?? []).map((service) => service.stop()));
};
