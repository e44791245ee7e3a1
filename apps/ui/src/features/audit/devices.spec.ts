import { devicesIn, headersIn, NEW_DEVICE, orderOf } from './devices';

describe('audit devices', () => {
  it('are read by their paths', () => {
    const file = {
      path: 'file/',
      type: 'file',
      description: 'd',
      local: true,
      options: { file_path: '/a', log_raw: true },
    };
    expect(devicesIn({ 'file/': file })).toEqual([
      {
        path: 'file/',
        type: 'file',
        description: 'd',
        local: true,
        options: [
          ['file_path', '/a'],
          ['log_raw', 'true'],
        ],
      },
    ]);
  });

  it.each([undefined, null, 'x', { 'a/': null }, { 'a/': { type: 1, local: 'yes', options: 'none' } }])(
    'survive %j',
    (answer) => {
      for (const { local, path } of devicesIn(answer)) expect([local, typeof path]).toEqual([false, 'string']);
      expect(headersIn(answer)).toEqual([]);
    },
  );

  it('are ordered with what differs from the default alone', () => {
    const form = { ...NEW_DEVICE, filePath: ' /var/log/audit.log ' };
    expect(orderOf(form)).toEqual({ type: 'file', local: false, options: { file_path: '/var/log/audit.log' } });
    expect(
      orderOf({
        ...form,
        description: 'd',
        local: true,
        mode: '0640',
        prefix: '@cee: ',
        raw: true,
        hashAccessors: false,
        elideLists: true,
      }),
    ).toEqual({
      type: 'file',
      description: 'd',
      local: true,
      options: {
        file_path: '/var/log/audit.log',
        mode: '0640',
        prefix: '@cee: ',
        log_raw: 'true',
        hmac_accessor: 'false',
        elide_list_responses: 'true',
      },
    });
  });

  it('log headers, hashed where that is said', () => {
    expect(headersIn({ headers: { 'x-a': { hmac: true }, 'x-b': {}, 'x-c': null } })).toEqual([
      { name: 'x-a', hashed: true },
      { name: 'x-b', hashed: false },
      { name: 'x-c', hashed: false },
    ]);
  });
});
