import { Fragment } from 'react';

/** A path that breaks behind its slashes, if it has to. */
export const RulePath = ({ of }: { readonly of: string }) => (
  <code>
    {of.split('/').map((segment, at) => (
      <Fragment key={at}>
        {at > 0 && (
          <>
            /<wbr />
          </>
        )}
        {segment}
      </Fragment>
    ))}
  </code>
);
