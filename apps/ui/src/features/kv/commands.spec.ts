import { commandsFor, withoutValues } from './commands';

const mount = { path: 'secret', version: 2, isLocal: false } as const;
const curl = `curl -H "X-Vault-Token: $VAULT_TOKEN" -H 'X-Vault-Request: true'`;

describe('a secret as commands', () => {
  it('reads the version that is shown', () => {
    expect(commandsFor(mount, 'app/db', 3, 'http://h:1')).toEqual([
      ['tidelock', 'tidelock read secret/data/app/db version=3'],
      ['vault', 'vault kv get -version=3 secret/app/db'],
      ['curl', `${curl} 'http://h:1/v1/secret/data/app/db?version=3'`],
    ]);
  });

  it('is taken by a shell as it is, whatever the name', () => {
    expect(commandsFor({ ...mount, version: 1 }, "o'clock $HOME/100%", undefined, 'http://h:1')).toEqual([
      ['tidelock', `tidelock read 'secret/o'\\''clock $HOME/100%'`],
      ['vault', `vault kv get 'secret/o'\\''clock $HOME/100%'`],
      ['curl', `${curl} 'http://h:1/v1/secret/o%27clock%20%24HOME/100%25'`.replace('%27', `'\\''`)],
    ]);
  });

  it('has no values in it while they are hidden', () => {
    expect(withoutValues({ password: 's3cr3t', more: { deep: 's3cr3t' } })).toEqual({
      password: '<value>',
      more: '<value>',
    });
  });
});
