const { options } = require('./.dependency-cruiser.js');

/** Rules about folders inside a room. Specs do not count: they stand beside the code, and set up whatever they need. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles-of-folders',
      severity: 'error',
      comment: 'A folder can be read with those below it alone. Move the file, or the type, to the lower one.',
      scope: 'folder',
      from: { path: '^(apps|libs)/' },
      to: { circular: true },
    },
    {
      name: 'no-imports-from-the-top',
      severity: 'error',
      comment: 'The index and the files beside it stand on the folders. What these share stands in one of them.',
      from: { path: '^((?:apps|libs)/.+/src)/.+/' },
      to: { path: '^$1/[^/]+$' },
    },
  ],
  options: { ...options, exclude: { path: ['\\.(spec|testing)\\.ts$', '/specs/'] } },
};
