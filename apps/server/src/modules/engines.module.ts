import { Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TOKEN_PARTS, TokenEngine } from '@tidelock/auth/token';
import { UserpassMethod } from '@tidelock/auth/userpass';
import { EngineRegistry } from '@tidelock/core/mounts';
import type { EngineInstance } from '@tidelock/engine-api';
import { CubbyholeEngine } from '@tidelock/engines/cubbyhole';
import { IdentityEngine } from '@tidelock/engines/identity';
import { KvV1Engine, KvV2Engine } from '@tidelock/engines/kv';
import { SYSTEM_PARTS, SystemEngine } from '@tidelock/engines/system';

/** Every secrets engine and auth method of this build. */
export const ENGINES: readonly Type<EngineInstance>[] = [
  SystemEngine,
  IdentityEngine,
  CubbyholeEngine,
  KvV1Engine,
  KvV2Engine,
  TokenEngine,
  UserpassMethod,
];
export const PARTS: readonly Type<EngineInstance>[] = [...SYSTEM_PARTS, ...TOKEN_PARTS];

/** Makes the engines and registers them: from then on they can be mounted and routed to. */
@Module({ providers: [...ENGINES, ...PARTS] })
export class EnginesModule implements OnModuleInit {
  constructor(
    private readonly modules: ModuleRef,
    private readonly registry: EngineRegistry,
  ) {}

  onModuleInit(): void {
    const made = (types: readonly Type<EngineInstance>[]) => types.map((type) => this.modules.get(type));
    this.registry.register(made(ENGINES), made(PARTS));
  }
}
