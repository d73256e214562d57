/** The first question of every flow: what should start it? */
import { useTranslation } from "react-i18next";
import { pickStep } from "@/store/actions";
import { useEditor } from "@/store/editor";
import { Tile } from "@/ui/Tile";
import classes from "./EmptyCanvas.module.css";

export function EmptyCanvas() {
  const { t } = useTranslation();
  const catalogue = useEditor((state) => state.catalogue);
  const triggers = catalogue.types.filter((type) => type.trigger !== null);
  return (
    <div className={classes.wrap}>
      <section className={classes.box} aria-labelledby="empty-title">
        <h1 id="empty-title">{t("empty.title")}</h1>
        <p>{t("empty.help")}</p>
        <div className={classes.cards}>
          {triggers.map((type) => (
            <button
              type="button"
              key={type.type}
              className={classes.card}
              onClick={() => pickStep(type, null)}
            >
              <Tile icon={type.icon} family={type.family} size={40} />
              <b>{type.name}</b>
              <span>{type.help}</span>
            </button>
          ))}
        </div>
      </section>
    </div>
  );
}

/** For those who may look but not draw. */
export function NothingDrawn() {
  const { t } = useTranslation();
  return (
    <div className={classes.wrap}>
      <p>{t("outline.none")}</p>
    </div>
  );
}
