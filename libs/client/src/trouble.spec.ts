import { kindOf, troubleOf } from './trouble';

const failure = (code: string, message = code) => Object.assign(new Error(message), { code });
const URL_OF = new URL('https://vault.example.com:8200/v1/sys/health');

describe('why no answer came', () => {
  it.each([
    [
      failure(
        'EPROTO',
        'write EPROTO 80FC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../record.c:350:',
      ),
      'speaks-http',
      'speaks plain HTTP',
    ],
    [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'speaks-http', 'speaks plain HTTP'],
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'unknown-authority', 'not signed by an authority that is trusted'],
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), 'unknown-authority', 'not signed by an authority that is trusted'],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), 'other-name', 'for another name'],
    [failure('ECONNREFUSED'), 'refused', 'nothing listens at vault.example.com:8200'],
    [
      Object.assign(new AggregateError([failure('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
      'refused',
      'nothing listens',
    ],
    [failure('ENOTFOUND'), 'unknown-host', 'no address is known for the name vault.example.com'],
    [failure('ETIMEDOUT'), 'unreachable', 'no way leads to'],
    [failure('ECONNRESET', 'socket hang up'), 'cut-off', 'closed the connection without an answer'],
  ])('is known of %s', async (error, kind, text) => {
    expect(await troubleOf(error, URL_OF)).toEqual({ kind, text: expect.stringContaining(text) });
  });

  it.each([
    new Error('no answer within 60 s'),
    failure('toString'),
    failure('EPROTO', 'handshake failure'),
    undefined,
    'text',
  ])('is not known of %s', (error) => {
    expect(kindOf(error)).toBeUndefined();
  });
});
