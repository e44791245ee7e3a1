import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { ENGINES, EnginesModule } from '../../apps/server/src/modules/engines.module';
import { DirectoryEngine } from './directory-engine';

/** Adds the engines of this folder to what the server contains. */
(ENGINES as Type[]).push(DirectoryEngine);
const providers = Reflect.getMetadata('providers', EnginesModule) as Type[];
Reflect.defineMetadata('providers', [...providers, DirectoryEngine], EnginesModule);
