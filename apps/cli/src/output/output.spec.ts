import { parseJson } from '@tidelock/kernel';
import * as fc from 'fast-check';
import { cell, columns, keyValueTable } from './columns';
import { prettyJson } from './json';
import { progressBar, replicationTable } from './replication-table';
import { humanDuration, rowsOf, secretOf } from './secret';
import { yaml } from './yaml';

describe('JSON output', () => {
  it('says the same as the input, whatever that is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => void expect(JSON.parse(prettyJson(parseJson(text)))).toEqual(JSON.parse(text))),
    );
  });

  it('keeps numbers to the letter and indents by two', () => {
    expect(prettyJson(parseJson('{"a":[1.50,12345678901234567890],"b":{},"c":[]}'))).toBe(
      '{\n  "a": [\n    1.50,\n    12345678901234567890\n  ],\n  "b": {},\n  "c": []\n}',
    );
  });
});

describe('YAML output', () => {
  it('nests maps and lists, and keeps numbers to the letter', () => {
    expect(yaml(parseJson('{"a":{"b":[1.50,{"c":"x","d":[]}]},"e":null,"f":true}'))).toBe(
      'a:\n  b:\n    - 1.50\n    - c: x\n      d: []\ne: null\nf: true\n',
    );
  });

  it.each([
    'true',
    'No',
    'null',
    '12',
    '1.5',
    '- x',
    'a: b',
    '#x',
    '',
    ' x',
    'x ',
    'é',
    'line\nbreak',
    '2026-11-24',
    '*a',
    '~',
  ])('quotes the text %j', (text) => {
    expect(yaml({ k: text })).toBe(`k: ${JSON.stringify(text)}\n`);
  });

  it('writes plain words plainly', () => {
    expect(yaml({ mode: 'stream-wals', path: 'sys/replication' })).toBe('mode: stream-wals\npath: sys/replication\n');
  });
});

describe('tables', () => {
  it('stand in columns four spaces apart', () => {
    expect(
      keyValueTable([
        ['a', 'x'],
        ['longer', 1],
      ]),
    ).toBe('Key       Value\n---       -----\na         x\nlonger    1\n');
  });

  it('have no blanks at the end of a line', () => {
    expect(columns(['A', 'B'], [['x', '']])).toBe('A    B\n-    -\nx\n');
  });

  it.each([
    [null, '<nil>'],
    [[1, 'a'], '[1 a]'],
    [{ b: 1, a: [2] }, 'map[a:[2] b:1]'],
    [parseJson('1.50'), '1.50'],
    [true, 'true'],
    ['', ''],
  ])('show %j as %s', (value, text) => {
    expect(cell(value)).toBe(text);
  });

  it.each([
    [0, '0s'],
    [45, '45s'],
    [5400, '1h30m'],
    [2764800, '768h'],
    [3601, '1h1s'],
  ])('show %i seconds as %s', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text);
  });
});

describe('what is shown of an answer', () => {
  it('is its data in the order of names, after the lease', () => {
    const secret = { lease_id: 'l', lease_duration: 3600, renewable: true, data: { b: 1, a: 2 } };
    expect(rowsOf(secret).map(([name, value]) => `${name}=${String(value)}`)).toEqual([
      'lease_id=l',
      'lease_duration=1h',
      'lease_renewable=true',
      'a=2',
      'b=1',
    ]);
  });

  it('is a refresh interval where there is a duration without a lease', () => {
    expect(rowsOf({ lease_id: '', lease_duration: 2764800, data: { ttl: 60 } })).toEqual([
      ['refresh_interval', '768h'],
      ['ttl', '1m'],
    ]);
  });

  it('is the token of a login, with its metadata', () => {
    const auth = {
      client_token: 't',
      accessor: 'a',
      lease_duration: 0,
      renewable: false,
      policies: ['default'],
      token_policies: ['default'],
      metadata: { username: 'tester' },
    };
    expect(Object.fromEntries(rowsOf({ auth }))).toMatchObject({
      token: 't',
      token_duration: '∞',
      policies: '["default"]',
      identity_policies: '[]',
      token_meta_username: 'tester',
    });
  });

  it('is the wrapping token of a wrapped answer', () => {
    expect(rowsOf({ data: null, wrap_info: { token: 'w', ttl: 1800 } })[0]).toEqual(['wrapping_token:', 'w']);
  });

  it('is the whole body where a start-up endpoint answers without an envelope', () => {
    expect(secretOf({ sealed: true })).toEqual({ data: { sealed: true } });
  });
});

describe('the replication table', () => {
  it('tells state, lag and progress before all else, then the peers', () => {
    const text = replicationTable({
      cluster_id: 'c',
      mode: 'secondary',
      state: 'merkle-sync',
      lag_seconds: 3,
      sync_progress: { done: 3000, total: 10000, bytes: 1, rate: 250.4, eta_seconds: 27.5 },
      primaries: [{ connection_status: 'connected', api_address: 'http://p', clock_skew_ms: '1' }],
      refused: { total: 0 },
      last_corruption_check_epoch: '-62135596800',
    });
    const names = text
      .split('\n')
      .slice(2, 7)
      .map((line) => line.split(' ')[0]);
    expect(names).toEqual(['mode', 'state', 'sync', 'lag_seconds', 'cluster_id']);
    expect(text).toContain('[#########---------------------] 30 %  3000/10000 records, 250/s, 28 s left');
    expect(text).not.toMatch(/refused|corruption/);
    expect(text).toMatch(/Primaries\n\napi_address {4}connection_status\n/);
  });

  it('shows what a member consists of row by row, and a time as one', () => {
    const text = replicationTable({
      mode: 'primary',
      known_secondaries: ['us'],
      poison: { index: 9, reason: 'no' },
      known_secondary_forwarding: {},
      stream: {
        brokerUp: true,
        oldestPendingTime: 1795941529708,
        lastError: null,
        refused: { total: 1, last: 'repeated' },
        other: { total: 0 },
      },
      secondaries: [],
      reapply_allowed: [
        { id: 'eu', until: 't1' },
        { id: 'us', until: 't2', note: 'x' },
      ],
    });
    expect(text).not.toContain('map[');
    expect(text.split('\n').map((line) => line.split(/ {4,}/))).toEqual([
      ['Key', 'Value'],
      ['---', '-----'],
      ['mode', 'primary'],
      ['poison.index', '9'],
      ['poison.reason', 'no'],
      ['known_secondaries', '[us]'],
      ['stream.brokerUp', 'true'],
      ['stream.oldestPendingTime', '2026-11-29T08:38:49.708Z'],
      ['stream.refused.last', 'repeated'],
      ['stream.refused.total', '1'],
      [''],
      ['Reapply allowed'],
      [''],
      ['id', 'until', 'note'],
      ['--', '-----', '----'],
      ['eu', 't1'],
      ['us', 't2', 'x'],
      [''],
    ]);
  });

  it('shows how long mutations take, of this cluster row by row, of each secondary in columns', () => {
    const delays = { last: 60, p50: 58, p99: 90, max: 120 };
    const own = replicationTable({ mode: 'secondary', lag_seconds: 0, apply_delay_ms: delays, lag_ms: 60 });
    expect(own.split('\n').map((line) => line.split(/ {4,}/)[0])).toEqual([
      'Key',
      '---',
      'mode',
      'lag_ms',
      'apply_delay_ms.last',
      'apply_delay_ms.max',
      'apply_delay_ms.p50',
      'apply_delay_ms.p99',
      'lag_seconds',
      '',
    ]);
    const secondaries = [
      { node_id: 'eu', lag_ms: 60, apply_delay_ms: delays, lag_seconds: 0 },
      { node_id: 'old', lag_seconds: 3 },
    ];
    expect(replicationTable({ mode: 'primary', secondaries }).split('\n').slice(6)).toEqual([
      'node_id    lag_ms    apply_delay_ms.p50    apply_delay_ms.p99    lag_seconds',
      '-------    ------    ------------------    ------------------    -----------',
      'eu         60        58                    90                    0',
      'old                                                              3',
      '',
    ]);
  });

  it('shows a bar before anything is known', () => {
    expect(progressBar({ done: 0, total: 0 })).toBe(`[${'-'.repeat(30)}] 0 %  0/0 records`);
  });

  it('shows a disabled cluster', () => {
    expect(replicationTable({ mode: 'disabled' })).toBe('Key     Value\n---     -----\nmode    disabled\n');
  });
});
