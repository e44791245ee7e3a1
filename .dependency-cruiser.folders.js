const { options } = require('./.dependency-cruiser.js');

/** Rules about folders inside a room. Specs do not count: they stand beside the code, and set up whatever they need. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles-of-folders',
      severity: 'error',
      comment: 'A folder can be read with those below it alone. Move the file, or the type, to the lower one.',
      scope: 'folder',
      from: { path: '^libs/(replication|stream|store|kernel|engine-api)/src/' },
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: ['\\.(spec|testing)\\.ts$', '/specs/'] } },
};
