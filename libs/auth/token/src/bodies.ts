import { BoolField, DurationField, IntField, KeyValueField, StringField, StringListField } from '@tidelock/engine-api';

export class CreateBody {
  @StringField({ description: 'The token itself; needs sudo.' })
  id?: string;

  @StringListField({ description: 'Policies of the token; default: those of the caller.' })
  policies?: string[];

  @KeyValueField({ aliases: ['metadata'], description: 'Shown with the token and in audit entries.' })
  meta?: Record<string, string>;

  @BoolField({ description: 'Makes an orphan; needs sudo.' })
  no_parent = false;

  @BoolField({ description: 'Leaves out the policy "default".' })
  no_default_policy = false;

  @BoolField({ description: 'Whether the token can be renewed.' })
  renewable = true;

  @DurationField({ signed: true, aliases: ['lease'], description: 'Life of the token.' })
  ttl = 0;

  @DurationField({ signed: true, description: 'Life that no renewal prolongs.' })
  explicit_max_ttl = 0;

  @DurationField({
    signed: true,
    description: 'Makes a token that can be renewed for ever, for this long each time; needs sudo.',
  })
  period = 0;

  @StringField({ description: 'Name shown in audit entries.' })
  display_name = 'token';

  @IntField({ description: 'How often the token can be used; 0: without limit.' })
  num_uses = 0;

  @StringField({ description: 'Alias of the entity that the token belongs to; only with a role.' })
  entity_alias?: string;

  @StringField({ description: 'service or batch.' })
  type?: string;
}

export class TokenBody {
  @StringField({ description: 'The token.' })
  token?: string;
}

export class AccessorBody {
  @StringField({ required: 'missing accessor', description: 'Accessor of the token.' })
  accessor!: string;
}

export class RenewSelfBody {
  @DurationField({ description: 'Life asked for; 0: as it was granted.' })
  increment = 0;
}

export class RenewBody extends RenewSelfBody {
  @StringField({ required: 'missing token ID', description: 'The token.' })
  token!: string;
}

export class RenewAccessorBody extends RenewSelfBody {
  @StringField({ required: 'missing accessor', description: 'Accessor of the token.' })
  accessor!: string;
}

export class RevokeBody {
  @StringField({ required: 'missing token ID', description: 'The token.' })
  token!: string;
}

export class RoleBody {
  @StringListField({ description: 'Policies that tokens may have; empty: those of the caller.' })
  allowed_policies?: string[];

  @StringListField({ description: 'The same, with * at the beginning or end.' })
  allowed_policies_glob?: string[];

  @StringListField({ description: 'Policies that tokens must not have.' })
  disallowed_policies?: string[];

  @StringListField({ description: 'The same, with * at the beginning or end.' })
  disallowed_policies_glob?: string[];

  @StringListField({ description: 'Entity aliases that may be asked for.' })
  allowed_entity_aliases?: string[];

  @BoolField({ description: 'Tokens have no parent.' })
  orphan?: boolean;

  @StringField({ description: 'Appended to the path that tokens are known to come from.' })
  path_suffix?: string;

  @BoolField({ description: 'Whether tokens can be renewed.' })
  renewable?: boolean;

  @StringListField({ aliases: ['bound_cidrs'], description: 'Addresses from which tokens can be used.' })
  token_bound_cidrs?: string[];

  @DurationField({ aliases: ['explicit_max_ttl'], description: 'Life that no renewal prolongs.' })
  token_explicit_max_ttl?: number;

  @BoolField({ description: 'Leaves out the policy "default".' })
  token_no_default_policy?: boolean;

  @IntField({ description: 'How often a token can be used; 0: without limit.' })
  token_num_uses?: number;

  @DurationField({ aliases: ['period'], description: 'Makes periodic tokens.' })
  token_period?: number;

  @StringField({ description: 'service, batch, default-service or default-batch.' })
  token_type?: string;
}
