export {
  Engine,
  type EngineInstance,
  type EngineLifecycle,
  type EngineOptions,
  engineOfPart,
  engineOptions,
  EnginePart,
  type ExistenceCheck,
} from './engine';
export {
  type BytesOptions,
  OnPath,
  type PathDeclaration,
  type PathHandler,
  type PathOptions,
  pathsOf,
  type TokenDemand,
} from './on-path';
export {
  type Caller,
  type Connection,
  type EngineRequest,
  type MountView,
  param,
  type RequestScope,
  type UserLockoutConfig,
  type Operation,
} from './request/request';
export type { AuthBlock, AuthGrant, EngineResponse, LeaseGrant, WrapInfo } from './request/response';
export type {
  Asking,
  AskingWithin,
  BackgroundTask,
  EngineContext,
  LeasedSecret,
  MountContext,
  RenewContext,
} from './request/mount-context';
export type { KeyRange, StorageReader, StorageView } from './request/storage-view';
export type { AliasView, EntityView, GroupView, Subject } from './request/subject';
export { readJson, writeJson } from './stored-json';
export { type ConvertedBody, convertBody, warningsAbout } from './fields/convert-body';
export { toBoolean } from './fields/convert';
export {
  type BodyClass,
  BoolField,
  DurationField,
  type DurationFieldOptions,
  type FieldDescription,
  type FieldOptions,
  fieldsOf,
  trueInQuery,
  type FieldType,
  IntField,
  KeyValueField,
  MapField,
  StringField,
  StringListField,
} from './fields/field';
export {
  type LeaseCount,
  type LeaseRenewal,
  LeaseService,
  type LeaseView,
  type RenewedLease,
} from './services/lease-service';
export {
  cubbyholePrefix,
  type GrantOrigin,
  type RenewedToken,
  type TokenFacts,
  type TokenOrigin,
  type TokenRenewal,
  TokenService,
} from './services/token-service';
export { type WrappedFacts, WrappingService } from './services/wrapping-service';
export { ClusterService, type PrimaryEcho, type ReplicationMode } from './services/cluster-service';
export { CLOCK, LOGGER } from './services/log-and-clock';
export { LogLevelService } from './services/log-level-service';
export { MetricsService } from './services/metrics-service';
export { TaskService, type TaskStatus } from './services/task-service';
export { KeyringService, type KeyringFacts, type RotationConfig } from './services/keyring-service';
export type { KeyHolder } from './services/key-holder';
export {
  type NewRekey,
  type RekeyProgress,
  RekeyService,
  type RekeyStatus,
  type VerificationStatus,
} from './services/rekey-service';
export {
  type RootGenerationProgress,
  RootGenerationService,
  type RootGenerationStatus,
} from './services/root-generation-service';
export { type InitResult, SealService, type SealStatus } from './services/seal-service';
export {
  type AdmissionRequest,
  type PathsFilterOrder,
  type PrimaryUpdate,
  type PromotionRequest,
  type QuarantinedFacts,
  type QuarantinedPreview,
  type ReindexOptions,
  ReplicationService,
  type RoleChange,
  type SecondaryActivation,
} from './services/replication-service';
export {
  grantOf,
  loginDisplayName,
  NO_TOKEN_PARAMETERS,
  renewedGrant,
  type TokenParameters,
  TokenParametersBody,
  tokenParametersOf,
  withTokenParameters,
} from './token-parameters';
export { PolicyService, type ResultantPolicies } from './services/policy-service';
export { type CorsConfig, CorsService } from './services/cors-service';
export { PasswordPolicyService } from './services/password-policy-service';
export {
  type EngineKind,
  type Migration,
  type MountConfig,
  type MountEntry,
  type MountOrder,
  MountService,
  type MountTuning,
} from './services/mount-service';
export { oldNamesAfter, underOldNames, type WithOldNames } from './old-names';
export { policyNames, sanitisePolicies } from './policy-names';
export type { AuditDevice, AuditDeviceType, AuditDeviceTypes } from './audit-device';
export {
  type AuditDeviceEntry,
  type AuditDeviceOrder,
  type AuditedHeader,
  AuditService,
} from './services/audit-service';
export {
  type LockedUsers,
  type LoginAttempt,
  type MountLockout,
  UserLockoutService,
} from './services/user-lockout-service';
export { type Intent, Outside } from './services/outside';
export { shortName } from './short-name';
