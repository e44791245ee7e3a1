import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { newTopicPrefix } from '../harness/services';

const WRONG = ['invalid username or password'];
const REFUSED = `400 ${WRONG[0]}`;
const TURNED_AWAY = '429 too many passwords are being checked; try again later';
const LOGINS_IN_LINE = 128;

describe('logins with a password', () => {
  let cluster: Cluster;
  let root: Api;
  let accessor: string;

  beforeAll(async () => {
    const config =
      'user_lockout "all" { lockout_threshold = "7" lockout_duration = "1h" }\nuser_lockout "userpass" { lockout_threshold = "4" }';
    cluster = await Cluster.start({
      kafka: '',
      broker: '',
      topicPrefix: newTopicPrefix('logins'),
      storage: 'sqlite',
      config,
    });
    ({ root } = cluster);
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
    accessor = (await root.must('GET', 'sys/auth'))['userpass/'].accessor;
    for (const user of ['ann', 'ben', 'cal'])
      await root.must('POST', `auth/userpass/users/${user}`, { password: 'right' });
  });
  afterAll(() => cluster.server.stop());

  const login = (user: string, password: string) => cluster.anonymous.post(`auth/userpass/login/${user}`, { password });

  it('evaluates of many guesses at once no more than the configured number, then lists the user, who is unlocked on request', async () => {
    expect((await root.get('sys/locked-users')).body.data).toEqual({ by_namespace: [], total: 0 });
    const guesses = await Promise.all(Array.from({ length: 60 }, (_, at) => login('ann', `guess-${at}`)));
    expect(guesses.filter(({ status, body }) => status === 400 && body.errors[0] === WRONG[0])).toHaveLength(4);
    expect(guesses.filter(({ status }) => status === 403)).toHaveLength(56);
    expect((await login('ann', 'right')).status).toBe(403);
    expect((await login('ben', 'right')).status).toBe(200);

    const list = {
      by_namespace: [
        {
          namespace_id: 'root',
          namespace_path: '',
          counts: 1,
          mount_accessors: [{ mount_accessor: accessor, counts: 1, alias_identifiers: ['ann'] }],
        },
      ],
      total: 1,
    };
    expect((await root.get('sys/locked-users')).body.data).toEqual(list);
    expect((await root.get(`sys/locked-users?mount_accessor=${accessor}`)).body.data).toEqual(list);
    expect((await root.get('sys/locked-users?mount_accessor=other')).body.data.total).toBe(0);
    expect((await cluster.anonymous.get('sys/locked-users')).status).toBe(403);

    expect((await root.post(`sys/locked-users/${accessor}/unlock/ann`)).status).toBe(204);
    expect((await login('ann', 'right')).status).toBe(200);
    expect((await root.get('sys/locked-users')).body.data.total).toBe(0);
  });

  it('lets a user with the right password in, however often at once', async () => {
    for (let i = 0; i < 3; i++) expect((await login('cal', 'wrong')).status).toBe(400);
    const answers = await Promise.all(Array.from({ length: 20 }, () => login('cal', 'right')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it("lets the mount's own tuning win, and shows it under Vault's names", async () => {
    await root.must('POST', 'sys/auth/userpass/tune', { user_lockout_config: { lockout_threshold: '2' } });
    const shown = {
      user_lockout_threshold: 2,
      user_lockout_duration: 0,
      user_lockout_counter_reset_duration: 0,
      user_lockout_disable: false,
    };
    expect((await root.get('sys/auth/userpass/tune')).body.data).toMatchObject(shown);
    expect((await root.get('sys/auth')).body.data['userpass/'].config.user_lockout_config).toEqual(shown);
    for (let i = 0; i < 2; i++) expect((await login('ben', 'wrong')).status).toBe(400);
    expect((await login('ben', 'right')).status).toBe(403);
  });

  it('turns away what of a flood would have to wait for long, and serves audited reads while it lasts', async () => {
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'kv/a', { v: '1' });
    await root.must('POST', 'sys/audit/file', {
      type: 'file',
      options: { file_path: `${cluster.server.folder}/audit.log` },
    });
    const flood: Promise<void>[] = [];
    const answers: string[] = [];
    const guess = async (): Promise<void> => {
      const { status, body } = await login(`nobody-${flood.length}`, 'guess');
      answers.push(`${status} ${body.errors[0]}`);
    };
    const count = (text: string): number => answers.filter((answer) => answer === text).length;
    // More and more of them, until the line is full: however fast a password is checked here.
    while (count(TURNED_AWAY) === 0) {
      for (let more = 0; more < 50; more += 1) flood.push(guess());
      await new Promise((wake) => setTimeout(wake, 5));
    }
    const before = count(REFUSED);
    expect((await root.get('kv/a')).status).toBe(200);
    // Whoever had to stand in line would have seen all of it go first.
    expect(count(REFUSED) - before).toBeLessThan(LOGINS_IN_LINE);
    await Promise.all(flood);
    expect(new Set(answers)).toEqual(new Set([REFUSED, TURNED_AWAY]));
    expect((await login('cal', 'right')).status).toBe(200);
  }, 240_000);
});
