import { demoOptions } from './options';

describe('options of npm start', () => {
  it('are none by default', () => {
    expect(demoOptions([])).toEqual({ once: false, help: false, ports: {} });
  });

  it('name ports and the end', () => {
    expect(demoOptions(['--once', '--primary-port=8200', '--secondary-port', '8210'])).toEqual({
      once: true,
      help: false,
      ports: { 'primary-port': 8200, 'secondary-port': 8210 },
    });
  });

  it.each([
    [['--nope']],
    [['once']],
    [['--primary-port=0']],
    [['--primary-port=70000']],
    [['--primary-port=x']],
    [['--primary-port=9', '--kafka-port=9']],
  ])('refuse %j', (argv) => {
    expect(() => demoOptions(argv)).toThrow();
  });
});
