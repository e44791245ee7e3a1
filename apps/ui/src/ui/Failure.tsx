import { messageOf } from '../api/errors';
import { Alert } from './Alert';

/** Why a call failed; nothing where it did not. */
export const Failure = ({ of: error }: { readonly of: unknown }) =>
  error === null || error === undefined ? null : <Alert kind="bad">{messageOf(error)}</Alert>;
