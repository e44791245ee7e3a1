import type { RequestScope } from '../request/request';
import type { Subject } from '../request/subject';

/** What policies grant, in the form of `sys/internal/ui/resultant-acl`. */
export interface ResultantPolicies {
  readonly root: boolean;
  /** `{ capabilities: […], … }` by path. */
  readonly exact_paths: Readonly<Record<string, object>>;
  /** By beginning of the path; may contain `+` for a segment. */
  readonly glob_paths: Readonly<Record<string, object>>;
}

/** The policies and what they say, for engines that manage them or decide by them. Names are compared in lower case. */
export abstract class PolicyService {
  /** Sorted, `root` included. */
  abstract names(scope: RequestScope): Promise<string[]>;
  /** The text as it was written; `""` for `root`. */
  abstract read(scope: RequestScope, name: string): Promise<string | undefined>;

  /**
   * @param text HCL or JSON, plain or in base64.
   * @returns warnings about rules that are not what they seem.
   * @throws {TidelockError} INVALID_REQUEST: `failed to parse policy: …`, `cannot update "root" policy`, an empty text.
   */
  abstract write(scope: RequestScope, name: string, text: string): Promise<readonly string[]>;

  /** A missing one is no error. @throws {TidelockError} INVALID_REQUEST: `cannot delete default policy`. */
  abstract remove(scope: RequestScope, name: string): Promise<void>;

  /** Whether the subject's policies together grant `sudo` on the path (full, without `/v1/`). The policy `root` always does. */
  abstract hasSudo(subject: Subject, path: string): Promise<boolean>;
  /** Sorted; `["root"]` or `["deny"]` where nothing else is to say. */
  abstract capabilities(subject: Subject, path: string): Promise<string[]>;
  /** Whether anything is granted on a path that begins with `prefix`, a mount's path with its `/`. */
  abstract hasRightBelow(subject: Subject, prefix: string): Promise<boolean>;
  abstract resultant(subject: Subject): Promise<ResultantPolicies>;
}
