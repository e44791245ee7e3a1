import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../contract/src';

describeStore('SQLite in memory', async () => ({ kind: 'inmem' }));
describeStore('SQLite in a file', async () => ({ kind: 'sqlite', path: join(mkdtempSync(join(tmpdir(), 'tidelock-store-')), 'tidelock.db') }));
