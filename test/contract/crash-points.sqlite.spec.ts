import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashPoints } from '@tidelock/replication/contract';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-crash-points-'));
let made = 0;

crashPoints('SQLite', async () => ({ kind: 'sqlite', path: join(folder, String((made += 1)), 'tidelock.db') }));

afterAll(() => rmSync(folder, { recursive: true, force: true }));
