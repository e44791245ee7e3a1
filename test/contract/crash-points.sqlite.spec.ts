import { crashPoints, sqlitePlaces } from '@tidelock/replication/contract';

crashPoints('SQLite', sqlitePlaces('crash-points'));
