
import cms.content.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('content', '0002_media_indexes'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='EasyCheck',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='easy_check', serialize=False, to='wagtailcore.page')),
                ('checked_by', models.CharField(help_text='The group or office, for example a testing group of the city. No names of people.', max_length=200, verbose_name='tested by')),
                ('checked_on', models.DateField(verbose_name='tested on')),
            ],
            options={
                'verbose_name': 'test of Leichte Sprache',
                'verbose_name_plural': 'tests of Leichte Sprache',
            },
        ),
        migrations.CreateModel(
            name='Origin',
            fields=[
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='origin', serialize=False, to='wagtailcore.page')),
                ('seen_at', models.DateTimeField()),
                ('revision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision')),
            ],
            options={
                'verbose_name': 'state of a translation',
                'verbose_name_plural': 'states of translations',
                'permissions': [('release_easy_language', 'Can release pages in Leichte Sprache'), ('release_sign_language', 'Can release films in sign language')],
            },
        ),
        migrations.CreateModel(
            name='SignLanguagePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('summary', models.TextField(blank=True, help_text='One or two sentences for lists and the search.', max_length=500, verbose_name='summary')),
                ('body', cms.content.fields.PluginStreamField([], blank=True, verbose_name='body')),
                ('poster', models.CharField(blank=True, max_length=40, verbose_name='drawing before the film starts')),
                ('translated_by', models.CharField(blank=True, help_text='The office or company that made the film.', max_length=200, verbose_name='signed by')),
                ('film', models.ForeignKey(blank=True, help_text='An MP4 or WebM file among the documents. Without it the page says that the film follows.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='content.citydocument', verbose_name='film')),
            ],
            options={
                'verbose_name': 'page in sign language',
                'verbose_name_plural': 'pages in sign language',
            },
            bases=('wagtailcore.page', models.Model),
        ),
    ]
