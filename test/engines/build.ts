import type { Type } from '@nestjs/common';
import { ENGINES } from '../../apps/server/src/modules/build';
import { ContractEngine } from './contract-engine';
import { ContractLogin } from './contract-login';
import { DirectoryEngine } from './directory-engine';
import { SeatsEngine } from './seats-engine';

/** Adds the engines of this folder to what the server contains. */
(ENGINES as Type[]).push(DirectoryEngine, ContractEngine, ContractLogin, SeatsEngine);
