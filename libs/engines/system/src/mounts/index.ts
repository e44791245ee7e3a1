import { AuthMethodsPaths } from './auth-methods.paths';
import { OpenApiPaths } from './open-api.paths';
import { RemountPaths } from './remount.paths';
import { SecretsEnginesPaths } from './secrets-engines.paths';
import { UiMountsPaths } from './ui-mounts.paths';

export const MOUNT_PARTS = [SecretsEnginesPaths, AuthMethodsPaths, RemountPaths, UiMountsPaths, OpenApiPaths] as const;
