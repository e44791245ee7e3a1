/** What every token may do, unless it was made without this policy. Operators may change it. */
const DEFAULT = `# Tokens: look at oneself, live on, go.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# What may I do?
path "sys/capabilities-self" {
  capabilities = ["update"]
}
path "sys/internal/ui/resultant-acl" {
  capabilities = ["read"]
}

# Who am I?
path "identity/entity/id/{{identity.entity.id}}" {
  capabilities = ["read"]
}
path "identity/entity/name/{{identity.entity.name}}" {
  capabilities = ["read"]
}

# Leases: whoever knows the id of one may look at it and renew it.
path "sys/renew" {
  capabilities = ["update"]
}
path "sys/leases/renew" {
  capabilities = ["update"]
}
path "sys/leases/lookup" {
  capabilities = ["update"]
}

# One's own cubbyhole.
path "cubbyhole/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Response wrapping: hand over, look at, take.
path "sys/wrapping/wrap" {
  capabilities = ["update"]
}
path "sys/wrapping/lookup" {
  capabilities = ["update"]
}
path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}

# Small services.
path "sys/tools/hash" {
  capabilities = ["update"]
}
path "sys/tools/hash/*" {
  capabilities = ["update"]
}
path "sys/control-group/request" {
  capabilities = ["update"]
}
path "identity/oidc/provider/+/authorize" {
  capabilities = ["read", "update"]
}
`;

/** What a wrapping token may do. Fixed. */
const RESPONSE_WRAPPING = `path "cubbyhole/response" {
  capabilities = ["create", "read"]
}
path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}
`;

/** Stored on a new cluster, once; a secondary gets its primary's. */
export const BUILT_IN_POLICIES: Readonly<Record<string, string>> = {
  default: DEFAULT,
  'response-wrapping': RESPONSE_WRAPPING,
};

/** Nobody writes or deletes these. */
export const FIXED_POLICIES: ReadonlySet<string> = new Set(['root', 'response-wrapping']);

/** Not in lists: no token is made with these by hand. */
export const HIDDEN_POLICIES: ReadonlySet<string> = new Set(['response-wrapping']);
