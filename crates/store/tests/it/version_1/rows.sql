-- Every row of a store of version 1, as the program of that version had written it: `folkmoot demo --people 3`, a
-- password, an API key, a picture. The key is in the file `key`, the picture in `picture.jpg`.

INSERT INTO accounts (id, subdomain, name, settings, revision, created) VALUES
(1, 'demo', 'Maple & Moot', '{"management_style":"DirectReports","salary_audience":"EmployeeAndManager","display_name":"FirstAndLast"}', 74, 1795368465697582);

INSERT INTO sequences (account_id, name, next) VALUES
(1, 'assignment_records', 4),
(1, 'custom_field_records', 14),
(1, 'custom_fields', 11),
(1, 'departments', 4),
(1, 'employee_classes', 6),
(1, 'employee_records', 5),
(1, 'jobs', 61),
(1, 'leave_types', 7),
(1, 'locations', 2),
(1, 'users', 4),
(1, 'work_hour_records', 4);

INSERT INTO changes (account_id, revision, at, actor_id, source, object, object_id, action, before, after) VALUES
(1, 1, 1795368465698114, NULL, 'cli', 'Config', 1, 'Add', NULL, '{"management_style":"DirectReports","salary_audience":"EmployeeAndManager","display_name":"FirstAndLast"}'),
(1, 2, 1795368465732721, NULL, 'cli', 'Job', 1, 'Add', NULL, '{"id":1,"title":"Executive Assistant","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 3, 1795368465732721, NULL, 'cli', 'Job', 2, 'Add', NULL, '{"id":2,"title":"Chief of Staff","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 4, 1795368465732721, NULL, 'cli', 'Job', 3, 'Add', NULL, '{"id":3,"title":"Senior Advisor","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 5, 1795368465732721, NULL, 'cli', 'Job', 20, 'Add', NULL, '{"id":20,"title":"Chief Executive Officer","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 6, 1795368465732721, NULL, 'cli', 'Job', 21, 'Add', NULL, '{"id":21,"title":"HR Coordinator","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 7, 1795368465732721, NULL, 'cli', 'Job', 22, 'Add', NULL, '{"id":22,"title":"HR Business Partner","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 8, 1795368465732721, NULL, 'cli', 'Job', 23, 'Add', NULL, '{"id":23,"title":"Senior HR Business Partner","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 9, 1795368465732721, NULL, 'cli', 'Job', 24, 'Add', NULL, '{"id":24,"title":"Recruiting Coordinator","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 10, 1795368465732721, NULL, 'cli', 'Job', 25, 'Add', NULL, '{"id":25,"title":"Recruiter","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 11, 1795368465732721, NULL, 'cli', 'Job', 26, 'Add', NULL, '{"id":26,"title":"Senior Recruiter","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 12, 1795368465732721, NULL, 'cli', 'Job', 27, 'Add', NULL, '{"id":27,"title":"Payroll Clerk","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 13, 1795368465732721, NULL, 'cli', 'Job', 28, 'Add', NULL, '{"id":28,"title":"Payroll Specialist","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 14, 1795368465732721, NULL, 'cli', 'Job', 29, 'Add', NULL, '{"id":29,"title":"Senior Payroll Specialist","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 15, 1795368465732721, NULL, 'cli', 'Job', 30, 'Add', NULL, '{"id":30,"title":"Training Assistant","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 16, 1795368465732721, NULL, 'cli', 'Job', 31, 'Add', NULL, '{"id":31,"title":"Learning Designer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 17, 1795368465732721, NULL, 'cli', 'Job', 32, 'Add', NULL, '{"id":32,"title":"Senior Learning Designer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 18, 1795368465732721, NULL, 'cli', 'Job', 36, 'Add', NULL, '{"id":36,"title":"Manager, People","requirements":"Has led a small team, or is ready to.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 19, 1795368465732721, NULL, 'cli', 'Job', 37, 'Add', NULL, '{"id":37,"title":"Director of People","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 20, 1795368465732721, NULL, 'cli', 'Job', 38, 'Add', NULL, '{"id":38,"title":"Senior Director, People","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 21, 1795368465732721, NULL, 'cli', 'Job', 39, 'Add', NULL, '{"id":39,"title":"Vice President, People","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 22, 1795368465732721, NULL, 'cli', 'Job', 40, 'Add', NULL, '{"id":40,"title":"Human Resources Director","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 23, 1795368465732721, NULL, 'cli', 'Job', 41, 'Add', NULL, '{"id":41,"title":"Junior Software Developer","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 24, 1795368465732721, NULL, 'cli', 'Job', 42, 'Add', NULL, '{"id":42,"title":"Software Developer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 25, 1795368465732721, NULL, 'cli', 'Job', 43, 'Add', NULL, '{"id":43,"title":"Senior Software Developer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 26, 1795368465732721, NULL, 'cli', 'Job', 44, 'Add', NULL, '{"id":44,"title":"Junior Test Engineer","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 27, 1795368465732721, NULL, 'cli', 'Job', 45, 'Add', NULL, '{"id":45,"title":"Test Engineer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 28, 1795368465732721, NULL, 'cli', 'Job', 46, 'Add', NULL, '{"id":46,"title":"Senior Test Engineer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 29, 1795368465732721, NULL, 'cli', 'Job', 47, 'Add', NULL, '{"id":47,"title":"Junior Reliability Engineer","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 30, 1795368465732721, NULL, 'cli', 'Job', 48, 'Add', NULL, '{"id":48,"title":"Site Reliability Engineer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 31, 1795368465732721, NULL, 'cli', 'Job', 49, 'Add', NULL, '{"id":49,"title":"Principal Engineer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 32, 1795368465732721, NULL, 'cli', 'Job', 50, 'Add', NULL, '{"id":50,"title":"Junior Mobile Developer","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 33, 1795368465732721, NULL, 'cli', 'Job', 51, 'Add', NULL, '{"id":51,"title":"Mobile Developer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 34, 1795368465732721, NULL, 'cli', 'Job', 52, 'Add', NULL, '{"id":52,"title":"Senior Mobile Developer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 35, 1795368465732721, NULL, 'cli', 'Job', 53, 'Add', NULL, '{"id":53,"title":"Security Analyst","requirements":"Curiosity, and a first training or degree in the field.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 36, 1795368465732721, NULL, 'cli', 'Job', 54, 'Add', NULL, '{"id":54,"title":"Security Engineer","requirements":"Two years or more in the field; works on their own and asks when it matters.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 37, 1795368465732721, NULL, 'cli', 'Job', 55, 'Add', NULL, '{"id":55,"title":"Senior Security Engineer","requirements":"Six years or more in the field; helps others to do well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 38, 1795368465732721, NULL, 'cli', 'Job', 56, 'Add', NULL, '{"id":56,"title":"Manager, Engineering","requirements":"Has led a small team, or is ready to.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 39, 1795368465732721, NULL, 'cli', 'Job', 57, 'Add', NULL, '{"id":57,"title":"Director of Engineering","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 40, 1795368465732721, NULL, 'cli', 'Job', 58, 'Add', NULL, '{"id":58,"title":"Senior Director, Engineering","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 41, 1795368465732721, NULL, 'cli', 'Job', 59, 'Add', NULL, '{"id":59,"title":"Vice President, Engineering","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 42, 1795368465732721, NULL, 'cli', 'Job', 60, 'Add', NULL, '{"id":60,"title":"Chief Technology Officer","requirements":"Has led leaders, kept a budget, and hired well.","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 43, 1795368465732721, NULL, 'cli', 'Department', 1, 'Add', NULL, '{"id":1,"name":"Executive","order":1,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 44, 1795368465732721, NULL, 'cli', 'Department', 2, 'Add', NULL, '{"id":2,"name":"Human Resources","order":2,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 45, 1795368465732721, NULL, 'cli', 'Department', 3, 'Add', NULL, '{"id":3,"name":"Engineering","order":3,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 46, 1795368465732721, NULL, 'cli', 'Location', 1, 'Add', NULL, '{"id":1,"name":"Toronto","order":1,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 47, 1795368465732721, NULL, 'cli', 'EmployeeClass', 1, 'Add', NULL, '{"id":1,"class":"Regular Employee","order":1,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 48, 1795368465732721, NULL, 'cli', 'EmployeeClass', 2, 'Add', NULL, '{"id":2,"class":"Part-time Employee","order":2,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 49, 1795368465732721, NULL, 'cli', 'EmployeeClass', 3, 'Add', NULL, '{"id":3,"class":"Contractor","order":3,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 50, 1795368465732721, NULL, 'cli', 'EmployeeClass', 4, 'Add', NULL, '{"id":4,"class":"Intern","order":4,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 51, 1795368465732721, NULL, 'cli', 'EmployeeClass', 5, 'Add', NULL, '{"id":5,"class":"Temporary Employee","order":5,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 52, 1795368465732721, NULL, 'cli', 'CustomField', 1, 'Add', NULL, '{"id":1,"name":"T-shirt size","kind":"Select","encrypted":false,"order":1,"privacy":"Everyone","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 53, 1795368465732721, NULL, 'cli', 'CustomField', 2, 'Add', NULL, '{"id":2,"name":"Pronouns","kind":"Text","encrypted":false,"order":2,"privacy":"Everyone","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 54, 1795368465732721, NULL, 'cli', 'CustomField', 3, 'Add', NULL, '{"id":3,"name":"Desk","kind":"Text","encrypted":false,"order":3,"privacy":"Everyone","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 55, 1795368465732721, NULL, 'cli', 'CustomField', 4, 'Add', NULL, '{"id":4,"name":"Dietary needs","kind":"Textarea","encrypted":false,"order":4,"privacy":"EmployeeAndManager","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 56, 1795368465732721, NULL, 'cli', 'CustomField', 5, 'Add', NULL, '{"id":5,"name":"Probation ends","kind":"Date","encrypted":false,"order":5,"privacy":"EmployeeAndManager","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 57, 1795368465732721, NULL, 'cli', 'CustomField', 6, 'Add', NULL, '{"id":6,"name":"Laptop","kind":"Text","encrypted":false,"order":6,"privacy":"EmployeeAndManager","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 58, 1795368465732721, NULL, 'cli', 'CustomField', 7, 'Add', NULL, '{"id":7,"name":"Retention risk","kind":"Select","encrypted":false,"order":7,"privacy":"Manager","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 59, 1795368465732721, NULL, 'cli', 'CustomField', 8, 'Add', NULL, '{"id":8,"name":"Review score","kind":"Number","encrypted":false,"order":8,"privacy":"Manager","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 60, 1795368465732721, NULL, 'cli', 'CustomField', 9, 'Add', NULL, '{"id":9,"name":"Background check","kind":"Select","encrypted":false,"order":9,"privacy":"AdministratorOnly","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 61, 1795368465732721, NULL, 'cli', 'CustomField', 10, 'Add', NULL, '{"id":10,"name":"Bank account","kind":"Text","encrypted":true,"order":10,"privacy":"AdministratorOnly","created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 62, 1795368465732721, NULL, 'cli', 'LeaveType', 1, 'Add', NULL, '{"id":1,"name":"PTO","accrual":"Semimonthly","action_phrase":"taking time off","unpaid":false,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 63, 1795368465732721, NULL, 'cli', 'LeaveType', 2, 'Add', NULL, '{"id":2,"name":"Sick","accrual":"None","action_phrase":"off sick","unpaid":false,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 64, 1795368465732721, NULL, 'cli', 'LeaveType', 3, 'Add', NULL, '{"id":3,"name":"Vacation","accrual":"Annual","action_phrase":"on vacation","unpaid":false,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 65, 1795368465732721, NULL, 'cli', 'LeaveType', 4, 'Add', NULL, '{"id":4,"name":"Parental","accrual":"None","action_phrase":"on parental leave","unpaid":false,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 66, 1795368465732721, NULL, 'cli', 'LeaveType', 5, 'Add', NULL, '{"id":5,"name":"Unpaid","accrual":"None","action_phrase":"on unpaid leave","unpaid":true,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 67, 1795368465732721, NULL, 'cli', 'LeaveType', 6, 'Add', NULL, '{"id":6,"name":"Volunteering","accrual":"Annual","action_phrase":"volunteering","unpaid":false,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T09:50:35Z"}'),
(1, 68, 1795368465732721, NULL, 'cli', 'User', 1, 'Add', NULL, '{"user":{"id":1,"username":"ada","email":"ada.lindqvist@example.com","twitter_username":"","linkedin_url":"","blog_url":"","nickname":"","group":"Administrators","picture":null,"badge_count":0,"password_hash":null,"api_key_hash":null,"api_key":null,"created":"2025-11-17T14:42:07Z","modified":"2025-11-17T14:42:07Z"},"employee":[{"id":1,"effective_date":"2025-05-19","created":"2025-11-17T14:42:07Z","modified":"2025-11-17T14:42:07Z","data":{"first_name":"Ada","middle_name":"Niamh","last_name":"Lindqvist","phone":"+1 647 555 0153","address1":"60 Lakeshore Road","address2":"","city":"Toronto","state":"ON","country":"Canada","postal":"M3G 4N3","birthdate":"1981-04-08","gender":"Female","government_id":null,"emergency_name":"Christopher Lindqvist","emergency_number":"+1 647 555 0145"}}],"assignment":[{"id":1,"effective_date":"2025-05-19","created":"2025-11-17T14:42:07Z","modified":"2025-11-17T14:42:07Z","data":{"job":40,"department":2,"manager":2,"location":1,"employee_class":1,"status":"Active","pay":{"basis":"Annual","rate":2590000000,"currency":[67,65,68]},"full_time":true,"phone":"+1 416 555 0183","ext":"2001","employee_num":"1001","date_hired":"2025-05-19","date_terminated":null}}],"work_hours":[{"id":1,"effective_date":"2025-05-19","created":"2025-11-17T14:42:07Z","modified":"2025-11-17T14:42:07Z","data":{"a_day":75000,"a_week":375000}}],"custom_field_records":[{"id":1,"field":1,"content":"L"},{"id":2,"field":3,"content":"7.K.78"},{"id":3,"field":6,"content":"LT-1639"},{"id":4,"field":8,"content":"4.2"}],"leave_usages":[{"leave_type":1,"days_used":170000,"days_remaining":10000},{"leave_type":2,"days_used":45000,"days_remaining":null},{"leave_type":4,"days_used":195000,"days_remaining":null},{"leave_type":6,"days_used":0,"days_remaining":20000}]}'),
(1, 69, 1795368465732721, NULL, 'cli', 'User', 2, 'Add', NULL, '{"user":{"id":2,"username":"jimin.kim","email":"jimin.kim@example.com","twitter_username":"","linkedin_url":"https://linkedin.example.com/in/jimin-kim","blog_url":"","nickname":"","group":"Managers","picture":null,"badge_count":2,"password_hash":null,"api_key_hash":null,"api_key":null,"created":"2025-11-17T09:50:35Z","modified":"2025-11-17T16:47:26Z"},"employee":[{"id":2,"effective_date":"2024-11-18","created":"2025-11-17T12:23:38Z","modified":"2025-11-17T12:23:38Z","data":{"first_name":"Jimin","middle_name":"","last_name":"Kim","phone":"+1 647 555 0177","address1":"30 Dufferin Street","address2":"","city":"Hamilton","state":"ON","country":"Canada","postal":"L8N 9V4","birthdate":"1975-07-31","gender":"Female","government_id":null,"emergency_name":"Daeun Kim","emergency_number":"+1 647 555 0195"}},{"id":3,"effective_date":"2025-10-11","created":"2025-11-17T16:47:26Z","modified":"2025-11-17T16:47:26Z","data":{"first_name":"Jimin","middle_name":"","last_name":"Kim","phone":"+1 647 555 0177","address1":"5 College Street","address2":"","city":"Toronto","state":"ON","country":"Canada","postal":"M2N 4G5","birthdate":"1975-07-31","gender":"Female","government_id":null,"emergency_name":"Daeun Kim","emergency_number":"+1 647 555 0195"}}],"assignment":[{"id":2,"effective_date":"2024-11-18","created":"2025-11-17T15:34:38Z","modified":"2025-11-17T15:34:38Z","data":{"job":20,"department":1,"manager":null,"location":1,"employee_class":1,"status":"Active","pay":{"basis":"Annual","rate":3945000000,"currency":[67,65,68]},"full_time":true,"phone":"+1 416 555 0152","ext":"","employee_num":"1002","date_hired":"2024-11-18","date_terminated":null}}],"work_hours":[{"id":2,"effective_date":"2024-11-18","created":"2025-11-17T15:49:01Z","modified":"2025-11-17T15:49:01Z","data":{"a_day":75000,"a_week":375000}}],"custom_field_records":[{"id":5,"field":1,"content":"XS"},{"id":6,"field":7,"content":"Low"},{"id":7,"field":9,"content":"Pending"}],"leave_usages":[{"leave_type":1,"days_used":225000,"days_remaining":10000},{"leave_type":2,"days_used":0,"days_remaining":null},{"leave_type":6,"days_used":0,"days_remaining":20000}]}'),
(1, 70, 1795368465732721, NULL, 'cli', 'User', 3, 'Add', NULL, '{"user":{"id":3,"username":"fatima.alvarez","email":"fatima.alvarez@example.com","twitter_username":"","linkedin_url":"","blog_url":"","nickname":"","group":"Employees","picture":null,"badge_count":1,"password_hash":null,"api_key_hash":null,"api_key":null,"created":"2026-01-12T12:33:18Z","modified":"2026-01-19T13:11:37Z"},"employee":[{"id":4,"effective_date":"2026-01-19","created":"2026-01-14T12:14:07Z","modified":"2026-01-14T12:14:07Z","data":{"first_name":"Fátima","middle_name":"","last_name":"Álvarez","phone":"+1 647 555 0152","address1":"70 Birch Lane","address2":"","city":"Toronto","state":"ON","country":"Canada","postal":"M8X 3K3","birthdate":"1993-01-03","gender":"Other","government_id":null,"emergency_name":"Fátima Álvarez","emergency_number":"+1 647 555 0133"}}],"assignment":[{"id":3,"effective_date":"2026-01-19","created":"2026-01-19T13:11:37Z","modified":"2026-01-19T13:11:37Z","data":{"job":45,"department":3,"manager":2,"location":1,"employee_class":1,"status":"Active","pay":{"basis":"Annual","rate":1140000000,"currency":[67,65,68]},"full_time":true,"phone":"+1 416 555 0185","ext":"","employee_num":"1003","date_hired":"2026-01-19","date_terminated":null}}],"work_hours":[{"id":3,"effective_date":"2026-01-19","created":"2026-01-18T08:14:45Z","modified":"2026-01-18T08:14:45Z","data":{"a_day":75000,"a_week":375000}}],"custom_field_records":[{"id":9,"field":2,"content":"they/them"},{"id":10,"field":3,"content":"L2-02"},{"id":11,"field":8,"content":"2.4"},{"id":12,"field":9,"content":"Passed"}],"leave_usages":[{"leave_type":1,"days_used":70000,"days_remaining":100000},{"leave_type":2,"days_used":0,"days_remaining":null},{"leave_type":6,"days_used":0,"days_remaining":20000}]}'),
(1, 71, 1795368465732721, NULL, 'cli', 'User', 1, 'Edit', NULL, '{"api_key":"set"}'),
(1, 72, 1795368483593152, NULL, 'cli', 'User', 1, 'Edit', NULL, '{"api_key":"set"}'),
(1, 73, 1795368483680239, NULL, 'cli', 'User', 3, 'Edit', NULL, '{"password":"set"}'),
(1, 74, 1795368486752481, 1, 'api', 'User', 2, 'Edit', '{"picture":null}', '{"picture":"e868411f2c23810b4a05baf6f4b6.jpg"}');

INSERT INTO jobs (account_id, id, title, requirements, created, modified) VALUES
(1, 1, 'Executive Assistant', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 2, 'Chief of Staff', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 3, 'Senior Advisor', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 20, 'Chief Executive Officer', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 21, 'HR Coordinator', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 22, 'HR Business Partner', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 23, 'Senior HR Business Partner', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 24, 'Recruiting Coordinator', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 25, 'Recruiter', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 26, 'Senior Recruiter', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 27, 'Payroll Clerk', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 28, 'Payroll Specialist', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 29, 'Senior Payroll Specialist', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 30, 'Training Assistant', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 31, 'Learning Designer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 32, 'Senior Learning Designer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 36, 'Manager, People', 'Has led a small team, or is ready to.', 1763373035000000, 1763373035000000),
(1, 37, 'Director of People', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 38, 'Senior Director, People', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 39, 'Vice President, People', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 40, 'Human Resources Director', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 41, 'Junior Software Developer', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 42, 'Software Developer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 43, 'Senior Software Developer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 44, 'Junior Test Engineer', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 45, 'Test Engineer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 46, 'Senior Test Engineer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 47, 'Junior Reliability Engineer', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 48, 'Site Reliability Engineer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 49, 'Principal Engineer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 50, 'Junior Mobile Developer', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 51, 'Mobile Developer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 52, 'Senior Mobile Developer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 53, 'Security Analyst', 'Curiosity, and a first training or degree in the field.', 1763373035000000, 1763373035000000),
(1, 54, 'Security Engineer', 'Two years or more in the field; works on their own and asks when it matters.', 1763373035000000, 1763373035000000),
(1, 55, 'Senior Security Engineer', 'Six years or more in the field; helps others to do well.', 1763373035000000, 1763373035000000),
(1, 56, 'Manager, Engineering', 'Has led a small team, or is ready to.', 1763373035000000, 1763373035000000),
(1, 57, 'Director of Engineering', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 58, 'Senior Director, Engineering', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 59, 'Vice President, Engineering', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000),
(1, 60, 'Chief Technology Officer', 'Has led leaders, kept a budget, and hired well.', 1763373035000000, 1763373035000000);

INSERT INTO departments (account_id, id, name, sort_order, created, modified) VALUES
(1, 1, 'Executive', 1, 1763373035000000, 1763373035000000),
(1, 2, 'Human Resources', 2, 1763373035000000, 1763373035000000),
(1, 3, 'Engineering', 3, 1763373035000000, 1763373035000000);

INSERT INTO locations (account_id, id, name, sort_order, created, modified) VALUES
(1, 1, 'Toronto', 1, 1763373035000000, 1763373035000000);

INSERT INTO employee_classes (account_id, id, name, sort_order, created, modified) VALUES
(1, 1, 'Regular Employee', 1, 1763373035000000, 1763373035000000),
(1, 2, 'Part-time Employee', 2, 1763373035000000, 1763373035000000),
(1, 3, 'Contractor', 3, 1763373035000000, 1763373035000000),
(1, 4, 'Intern', 4, 1763373035000000, 1763373035000000),
(1, 5, 'Temporary Employee', 5, 1763373035000000, 1763373035000000);

INSERT INTO custom_fields (account_id, id, name, kind, encrypted, sort_order, privacy, created, modified) VALUES
(1, 1, 'T-shirt size', 'select', false, 1, 0, 1763373035000000, 1763373035000000),
(1, 2, 'Pronouns', 'text', false, 2, 0, 1763373035000000, 1763373035000000),
(1, 3, 'Desk', 'text', false, 3, 0, 1763373035000000, 1763373035000000),
(1, 4, 'Dietary needs', 'textarea', false, 4, 1, 1763373035000000, 1763373035000000),
(1, 5, 'Probation ends', 'date', false, 5, 1, 1763373035000000, 1763373035000000),
(1, 6, 'Laptop', 'text', false, 6, 1, 1763373035000000, 1763373035000000),
(1, 7, 'Retention risk', 'select', false, 7, 2, 1763373035000000, 1763373035000000),
(1, 8, 'Review score', 'number', false, 8, 2, 1763373035000000, 1763373035000000),
(1, 9, 'Background check', 'select', false, 9, 3, 1763373035000000, 1763373035000000),
(1, 10, 'Bank account', 'text', true, 10, 3, 1763373035000000, 1763373035000000);

INSERT INTO leave_types (account_id, id, name, accrual, action_phrase, unpaid, created, modified) VALUES
(1, 1, 'PTO', 'SEMIMONTHLY', 'taking time off', false, 1763373035000000, 1763373035000000),
(1, 2, 'Sick', 'NONE', 'off sick', false, 1763373035000000, 1763373035000000),
(1, 3, 'Vacation', 'ANNUAL', 'on vacation', false, 1763373035000000, 1763373035000000),
(1, 4, 'Parental', 'NONE', 'on parental leave', false, 1763373035000000, 1763373035000000),
(1, 5, 'Unpaid', 'NONE', 'on unpaid leave', true, 1763373035000000, 1763373035000000),
(1, 6, 'Volunteering', 'ANNUAL', 'volunteering', false, 1763373035000000, 1763373035000000);

INSERT INTO users (account_id, id, username, username_folded, email, email_folded, twitter_username, linkedin_url, blog_url, nickname, group_id, picture, badge_count, password_hash, api_key_hash, api_key_sealed, created, modified) VALUES
(1, 1, 'ada', 'ada', 'ada.lindqvist@example.com', 'ada.lindqvist@example.com', '', '', '', '', 1, NULL, 0, NULL, x'e3c4a3d7402d6d355e9a8dfc2b6ca64ac11390f1c94400bf249a157e4c591d9f', x'0143105f37fe6eaf8c407b668042ec511694adb4b5bf825023e56fcd86d7fc09357de3c2a34969dcea42c22be0b4714b8033edc1e4c8f78d51af5110f5', 1763390527000000, 1795368483593152),
(1, 2, 'jimin.kim', 'jimin.kim', 'jimin.kim@example.com', 'jimin.kim@example.com', '', 'https://linkedin.example.com/in/jimin-kim', '', '', 2, 'e868411f2c23810b4a05baf6f4b6.jpg', 2, NULL, NULL, NULL, 1763373035000000, 1795368486752481),
(1, 3, 'fatima.alvarez', 'fatima.alvarez', 'fatima.alvarez@example.com', 'fatima.alvarez@example.com', '', '', '', '', 3, NULL, 1, '$argon2id$v=19$m=19456,t=2,p=1$lecIj4Qgb4mxO36oeercxA$Fw+HWj6rvaRZasclR6dBmLdAPlXnxgeobmIbKRIF98w', NULL, NULL, 1768221198000000, 1795368483680239);

INSERT INTO employee_records (account_id, id, user_id, effective_date, first_name, middle_name, last_name, phone, address1, address2, city, state, country, postal, birthdate, gender, government_id_sealed, emergency_name, emergency_number, created, modified) VALUES
(1, 1, 1, '2025-05-19', 'Ada', 'Niamh', 'Lindqvist', '+1 647 555 0153', '60 Lakeshore Road', '', 'Toronto', 'ON', 'Canada', 'M3G 4N3', '1981-04-08', 2, x'01783024a8ae086c2acfded1be2f58d71b182f79a5900bb3f816f2aeea3c3a400f59148c410323a8edfc2b80810d6ad56efe3f65', 'Christopher Lindqvist', '+1 647 555 0145', 1763390527000000, 1763390527000000),
(1, 2, 2, '2024-11-18', 'Jimin', '', 'Kim', '+1 647 555 0177', '30 Dufferin Street', '', 'Hamilton', 'ON', 'Canada', 'L8N 9V4', '1975-07-31', 2, x'01b88162161ace9d98807670ebb39ea38ed8fdfb3ab073d6c0ad68a2cfdd8ae1b211be1b44d08c3bf2345d23f1152aa4b52830ac', 'Daeun Kim', '+1 647 555 0195', 1763382218000000, 1763382218000000),
(1, 3, 2, '2025-10-11', 'Jimin', '', 'Kim', '+1 647 555 0177', '5 College Street', '', 'Toronto', 'ON', 'Canada', 'M2N 4G5', '1975-07-31', 2, x'01b88162161ace9d98807670ebb39ea38ed8fdfb3ab073d6c0ad68a2cfdd8ae1b211be1b44d08c3bf2345d23f1152aa4b52830ac', 'Daeun Kim', '+1 647 555 0195', 1763398046000000, 1763398046000000),
(1, 4, 3, '2026-01-19', 'Fátima', '', 'Álvarez', '+1 647 555 0152', '70 Birch Lane', '', 'Toronto', 'ON', 'Canada', 'M8X 3K3', '1993-01-03', 3, NULL, 'Fátima Álvarez', '+1 647 555 0133', 1768392847000000, 1768392847000000);

INSERT INTO assignment_records (account_id, id, user_id, effective_date, job_id, department_id, manager_id, location_id, employee_class_id, status, pay_type, pay_rate, pay_currency, full_time, phone, ext, employee_num, date_hired, date_terminated, created, modified) VALUES
(1, 1, 1, '2025-05-19', 40, 2, 2, 1, 1, 0, 1, 2590000000, 'CAD', true, '+1 416 555 0183', '2001', '1001', '2025-05-19', NULL, 1763390527000000, 1763390527000000),
(1, 2, 2, '2024-11-18', 20, 1, NULL, 1, 1, 0, 1, 3945000000, 'CAD', true, '+1 416 555 0152', '', '1002', '2024-11-18', NULL, 1763393678000000, 1763393678000000),
(1, 3, 3, '2026-01-19', 45, 3, 2, 1, 1, 0, 1, 1140000000, 'CAD', true, '+1 416 555 0185', '', '1003', '2026-01-19', NULL, 1768828297000000, 1768828297000000);

INSERT INTO work_hour_records (account_id, id, user_id, effective_date, hours_a_day, hours_a_week, created, modified) VALUES
(1, 1, 1, '2025-05-19', 75000, 375000, 1763390527000000, 1763390527000000),
(1, 2, 2, '2024-11-18', 75000, 375000, 1763394541000000, 1763394541000000),
(1, 3, 3, '2026-01-19', 75000, 375000, 1768724085000000, 1768724085000000);

INSERT INTO custom_field_records (account_id, id, user_id, custom_field_id, content, content_sealed) VALUES
(1, 1, 1, 1, 'L', NULL),
(1, 2, 1, 3, '7.K.78', NULL),
(1, 3, 1, 6, 'LT-1639', NULL),
(1, 4, 1, 8, '4.2', NULL),
(1, 5, 2, 1, 'XS', NULL),
(1, 6, 2, 7, 'Low', NULL),
(1, 7, 2, 9, 'Pending', NULL),
(1, 8, 2, 10, NULL, x'01921cb6c80b9f17fa4a9e5fd1817e3c184236f4564ff39507738b99e0f7f0299d8c4dd623fbddb0dede9fb0ef2af39a5499fef06647b6a1c219eca371e2d5c9bd'),
(1, 9, 3, 2, 'they/them', NULL),
(1, 10, 3, 3, 'L2-02', NULL),
(1, 11, 3, 8, '2.4', NULL),
(1, 12, 3, 9, 'Passed', NULL),
(1, 13, 3, 10, NULL, x'014c4e67ebf712cd036ff85c558e2387a3201578de179619338cd55ac647956aed5829e24822d0235099ae10a627a32e91cc98e5ea4b286553808b72c375261fa9');

INSERT INTO leave_usages (account_id, user_id, leave_type_id, days_used, days_remaining) VALUES
(1, 1, 1, 170000, 10000),
(1, 1, 2, 45000, NULL),
(1, 1, 4, 195000, NULL),
(1, 1, 6, 0, 20000),
(1, 2, 1, 225000, 10000),
(1, 2, 2, 0, NULL),
(1, 2, 6, 0, 20000),
(1, 3, 1, 70000, 100000),
(1, 3, 2, 0, NULL),
(1, 3, 6, 0, 20000);
