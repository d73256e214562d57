/** At the end of a long list: how much is left, and more of it. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function More({ left, onMore }: { left: number; onMore: () => void }) {
  const { t } = useTranslation();
  if (left <= 0) return null;
  return (
    <Button size="compact-sm" variant="subtle" fullWidth onClick={onMore}>
      {t("data.more", { count: left })}
    </Button>
  );
}
