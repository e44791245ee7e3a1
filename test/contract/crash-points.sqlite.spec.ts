import { crashPoints } from '@tidelock/replication/contract';
import { sqlitePlaces } from '@tidelock/replication/testing';

crashPoints('SQLite', sqlitePlaces('crash-points'));
