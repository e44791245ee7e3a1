'use strict';

module.exports = async () => {
  const { kafka, postgres } = globalThis.__TIDELOCK_TEST_SERVICES__ ?? {};
  await Promise.all([kafka?.stop(), postgres?.stop()]);
};
