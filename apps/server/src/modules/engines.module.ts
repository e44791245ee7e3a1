import { Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { EngineRegistry } from '@tidelock/core/mounts';
import type { EngineInstance } from '@tidelock/engine-api';
import { ENGINES, PARTS } from './build';

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
