import styles from './Badge.module.css';

/** Short words that stand out. */
export const Badges = ({ words }: { readonly words: readonly string[] }) =>
  words.map((word) => (
    <span key={word} className={styles.badge} data-word={word}>
      {word}
    </span>
  ));
