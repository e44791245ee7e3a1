import { Environment } from './config/environment';
import { run } from './run';
import { ProcessTerminal } from './call/terminal';
import { TokenFile } from './call/token-file';

const world = {
  environment: new Environment(process.env),
  terminal: new ProcessTerminal(),
  tokenFile: new TokenFile(),
};

// A reader that has had enough (`tidelock list … | head -1`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void run(process.argv.slice(2), world).then((code) => {
  process.exitCode = code;
});
