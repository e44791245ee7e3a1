import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** The server from its sources, with the engines of this folder. */
export const WITH_TEST_ENGINES = ['-r', resolve(ROOT, 'tools/register-swc.js'), resolve(__dirname, 'main.ts')];
