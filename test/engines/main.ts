// The server as it is, with engines more: `node -r ./tools/register-swc.js test/engines/main.ts server …`.
import './build';
import '../../apps/server/src/main';
