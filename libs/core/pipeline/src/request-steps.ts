import { acceptCaller, authorizeForwarded } from './steps/authorize-forwarded';
import { auditRequest, auditResponse } from './steps/audit';
import { authenticate } from './steps/authenticate';
import { authorize } from './steps/authorize';
import { checkConsistency, requireStates } from './steps/check-consistency';
import { commit } from './steps/commit';
import { createLease } from './steps/create-lease';
import { handle } from './steps/handle';
import { identify } from './steps/identify';
import { identifyLogin } from './steps/identify-login';
import { readBody } from './steps/read-body';
import { requireForwardable } from './steps/require-forwardable';
import { requireFound, requirePath } from './steps/require-path';
import { requireUnsealed } from './steps/require-unsealed';
import { resolveMount } from './steps/resolve-mount';
import { transaction } from './transaction';
import { wrapResponse } from './steps/wrap-response';

/** The whole life of a request, in order. Reading this list is reading the architecture. */
export const REQUEST_STEPS = [
  requireUnsealed,
  resolveMount,
  authenticate,
  identify,
  readBody,
  authorize,
  requirePath,
  auditRequest,
  checkConsistency,
  transaction([handle, identifyLogin, createLease, wrapResponse, commit]),
] as const;

/** What the primary does for a secondary, which has authenticated the caller and makes the lease itself. It is believed no more than that. */
export const FORWARDED_STEPS = [
  requireUnsealed,
  acceptCaller,
  requireStates,
  resolveMount,
  requireForwardable,
  identify,
  authorizeForwarded,
  requireFound,
  auditRequest,
  transaction([handle, commit]),
] as const;

/** Runs after the steps, whatever became of them. */
export const LAST_STEP = auditResponse;
