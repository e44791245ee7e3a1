import { GenerateRootPaths } from './generate-root.paths';
import { HealthPaths } from './health.paths';
import { InitPaths } from './init.paths';
import { KeyringPaths } from './keyring.paths';
import { RekeyPaths } from './rekey.paths';
import { SealPaths } from './seal.paths';

/** Bringing a cluster up and down, and its keys. */
export const SEAL_PARTS = [InitPaths, SealPaths, HealthPaths, KeyringPaths, GenerateRootPaths, RekeyPaths] as const;
