"""WordPress as Debian 12 packs it, with one page in its default theme, on a throw-away database.

nginx stands before it and compresses; PHP keeps what it compiled. Nothing of it is ours.
"""

import getpass
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measuring import running
from clinic.processes import free_port, wait_for

PHP_SERVER = "php-fpm8.2"
PROGRAMS = ("mariadbd", "mariadb-install-db", "php", PHP_SERVER, "nginx")
PACKAGES = "wordpress wordpress-theme-twentytwentythree php-fpm php-mysql mariadb-server nginx-light"
PACKAGED = Path("/usr/share/wordpress")
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{folder}/db.sock'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
SET_UP = """<?php
define('WP_INSTALLING', true);
require '{site}/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
$page = json_decode(file_get_contents('{folder}/page.json'));
add_filter('pre_wp_mail', '__return_true');
wp_install('Sample clinic', 'admin', 'admin@example.org', true, '', 'made-up for a bench');
wp_set_current_user(1); kses_remove_filters();
echo get_permalink(wp_insert_post(['post_title' => $page->title, 'post_content' => wp_slash($page->text),
                                   'post_status' => 'publish', 'post_type' => 'page']));
"""
FPM = """
[global]
error_log = {folder}/php.log
daemonize = no
[www]
user = {user}
group = {user}
listen = {folder}/php.sock
pm = static
pm.max_children = 2
"""
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; worker_processes 1; user {user};
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types; access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  gzip on; gzip_types text/css application/javascript image/svg+xml;
  server {{
    listen 127.0.0.1:{port}; root {site}; index index.php;
    location / {{ try_files $uri $uri/ /index.php?$args; }}
    location ~ \\.php$ {{
      include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
      fastcgi_param HTTP_HOST $http_host;
      fastcgi_pass unix:{folder}/php.sock;
    }}
  }}
}}
"""


@contextmanager
def serving(title: str, text: str) -> Iterator[str]:
    """Gives the address of the page; `text` is HTML."""
    with tempfile.TemporaryDirectory(prefix="clinic-wordpress-") as name:
        folder, port = Path(name), free_port()
        site, user = folder / "site", getpass.getuser()
        shutil.copytree(PACKAGED, site, ignore_dangling_symlinks=True)
        told = {"folder": folder, "site": site, "port": port, "user": user}
        (folder / "page.json").write_text(json.dumps({"title": title, "text": text}))
        (folder / "set_up.php").write_text(SET_UP.format(**told))
        (folder / "fpm.conf").write_text(FPM.format(**told))
        (folder / "nginx.conf").write_text(NGINX.format(**told))
        config = site / "wp-config.php"
        config.unlink()
        config.write_text(CONFIG.format(address=f"http://127.0.0.1:{port}", **told))
        with (
            database(folder),
            running(PHP_SERVER, "--allow-to-run-as-root", "--fpm-config", str(folder / "fpm.conf")),
            running("nginx", "-c", str(folder / "nginx.conf"), "-e", "stderr"),
        ):
            yield told_by("php", str(folder / "set_up.php"))


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """MariaDB on a socket in the folder, empty but for the database that WordPress fills."""
    rows, socket = f"--datadir={folder}/rows", folder / "db.sock"
    begin = folder / "begin.sql"
    begin.write_text("CREATE DATABASE wordpress;")
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    told_by("mariadb-install-db", "--no-defaults", rows, "--auth-root-authentication-method=normal", *as_root)
    told = [f"--socket={socket}", f"--init-file={begin}", "--skip-networking", *as_root]
    with running("mariadbd", "--no-defaults", rows, f"--log-error={folder}/db.log", *told):
        if not wait_for(socket.exists, 30):
            sys.exit("MariaDB does not start.")
        yield


def told_by(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=120).stdout.strip()
