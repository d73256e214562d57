/** The coloured tile with a step's icon. */
import { Icon } from "./Icon";
import classes from "./Tile.module.css";
import { hueOf } from "./theme";

type Props = { icon: string; family: string; size?: number };

export function Tile({ icon, family, size = 36 }: Props) {
  return (
    <span
      className={classes.tile}
      style={{ "--hue": hueOf(family), width: size, height: size } as React.CSSProperties}
      aria-hidden
    >
      {icon && <Icon name={icon} size={Math.round(size * 0.56)} />}
    </span>
  );
}
