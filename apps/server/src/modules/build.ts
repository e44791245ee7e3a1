import type { Type } from '@nestjs/common';
import type { Seals } from '@tidelock/barrier';
import { fileDeviceType } from '@tidelock/audit/file';
import { TOKEN_PARTS, TokenEngine } from '@tidelock/auth/token';
import { UserpassMethod } from '@tidelock/auth/userpass';
import type { AuditDeviceTypes, EngineInstance } from '@tidelock/engine-api';
import { CubbyholeEngine } from '@tidelock/engines/cubbyhole';
import { IdentityEngine } from '@tidelock/engines/identity';
import { KvV1Engine, KvV2Engine } from '@tidelock/engines/kv';
import { SYSTEM_PARTS, SystemEngine } from '@tidelock/engines/system';
import { shamirSeal } from '@tidelock/seals/shamir';

// What this build contains. Whatever is added to it is added here, and nowhere else in the server.

/** Every secrets engine and auth method. */
export const ENGINES: readonly Type<EngineInstance>[] = [
  SystemEngine,
  IdentityEngine,
  CubbyholeEngine,
  KvV1Engine,
  KvV2Engine,
  TokenEngine,
  UserpassMethod,
];

/** Every further class that serves paths of one of them. */
export const PARTS: readonly Type<EngineInstance>[] = [...SYSTEM_PARTS, ...TOKEN_PARTS];

/** Every type of audit device. */
export const AUDIT_DEVICES: AuditDeviceTypes = { file: fileDeviceType };

/** What the set's shares are made with, and what unseals a cluster. */
export const SEALS: Seals = { shares: shamirSeal, own: shamirSeal };
